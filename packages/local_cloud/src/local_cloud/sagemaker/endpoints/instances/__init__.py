"""What runs behind an endpoint: releases as subprocesses, one per instance."""
