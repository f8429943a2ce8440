"""What every part needs of files, processes and the machine; knows nothing of registers or tables."""
