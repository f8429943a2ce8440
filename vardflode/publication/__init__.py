"""From published tables to a publication: report, files, checks, changes, provenance."""
