"""What can be proved of whole numbers from what is told of them. It knows no table's name."""
