"""The warehouse: built by dbt beside the one in force, then swapped in."""
