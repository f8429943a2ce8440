"""Colours of figures: they differ also in lightness, and lines in their dashes."""

INK, GREY, BLUE, LIGHT, RED = "#1b1b1b", "#d9d9d9", "#17497c", "#cfe0f0", "#b5442b"
LINES = ["#17497c", "#b5442b", "#3a7d44", "#7a5195", "#b58900", "#4f4f4f", "#0098a6", "#a83279", "#6b8e23"]
DASHES = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 4], [1, 3], [10, 3], [6, 2, 2, 2], [3, 6]]
