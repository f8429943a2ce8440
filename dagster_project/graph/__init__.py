"""The Dagster graph: each part of the house as assets and checks."""
