"""The one way out: what may leave the restricted warehouse, and the attack that it must survive."""
