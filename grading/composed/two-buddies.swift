import AllocLab

/// A buddy system for small blocks, and one for large ones.
typealias ComposedAllocator = Segregator<512, BuddyAllocator, BuddyAllocator>
