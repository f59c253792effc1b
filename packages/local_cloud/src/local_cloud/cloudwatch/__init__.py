"""CloudWatch: alarms, metric math, metrics in logs."""
