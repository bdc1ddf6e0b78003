import AllocLab
