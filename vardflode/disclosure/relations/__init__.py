"""What each published table says: its groups, and every relation that the definitions put between them.

They are public knowledge: an attacker reads the same definitions.
"""
