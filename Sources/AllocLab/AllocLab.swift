// Module AllocLab.
