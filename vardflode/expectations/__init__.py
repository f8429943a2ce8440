"""What the data must look like beyond the row rules: suites (YAML), their run, and a page of results."""
