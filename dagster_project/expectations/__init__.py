"""What the data must look like beyond the row rules: suites (YAML), how they are run, and a page of results."""
