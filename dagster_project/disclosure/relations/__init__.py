"""What each published table says: its counts, and every relation that the definitions put between them.

The gate builds these from the exact tables to choose what is hidden; the attack builds them from the emitted
files. They are public knowledge: an attacker reads the same definitions.
"""
