"""Starting the servers as subprocesses."""
