import AllocLab

/// A pool as long as it has blocks that fit, and a buddy system behind it.
typealias ComposedAllocator = Fallback<Pooled<64, 64, PoolAllocator>, BuddyAllocator>
