// Module Exercises.
