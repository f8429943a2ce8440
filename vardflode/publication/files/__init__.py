"""The files of an edition: one module a format, all from the same cubes."""
