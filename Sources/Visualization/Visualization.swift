// Module Visualization.
