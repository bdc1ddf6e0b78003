import AllocLab

/// Small blocks from a pool, all others from a buddy system.
typealias ComposedAllocator = Segregator<256, Pooled<256, 16, PoolAllocator>, BuddyAllocator>
