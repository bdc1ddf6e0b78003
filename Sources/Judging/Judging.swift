// Module Judging.
