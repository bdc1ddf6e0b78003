// Module Workloads.
