// On which node of a machine pages lie.
#pragma once

/// Maps so many pages, binds them to a node, touches them, and asks the kernel where they are. Returns how many lie on that node, or the
/// negative number of an error.
int cp_pages_on_node(int node, int pages);
