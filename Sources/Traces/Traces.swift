// Module Traces.
