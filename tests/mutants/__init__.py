"""Some sixty faults, each of which breaks one promise: the suite has to notice every one."""
