import AllocLab

/// The three passes. Between plan and move, the table says where blocks go, and headers say where they are.
extension SlidingAllocator {
  // MARK: - Plan

  /// Plans that blocks slide down, the lowest first, until the next would exceed the budget. Those that are pinned or larger than
  /// the whole budget stay.
  ///
  /// - Returns: the sum of the sizes of those that move, nil where none does, and where the first block lies that was not asked.
  func planSliding(budget: Int) -> (moved: Int?, end: Int) {
    var moved: Int?
    var (place, goal) = (0, 0)
    while place < top {
      let total = total(place)
      if !isHole(place) {
        let size = size(place)
        if goal == place || pins(place) > 0 || size > budget {
          goal = place
        } else {
          guard size <= budget - (moved ?? 0) else { break }
          setWord(entry(handle(place)), goal + Self.header)
          moved = (moved ?? 0) + size
        }
        goal += total
      }
      place += total
    }
    return (moved, place)
  }

  /// Plans that blocks above `line` go into holes below it, and takes their new places.
  ///
  /// - Returns: the sum of their sizes; nil where none does.
  mutating func planEvacuation(above line: Int, budget: Int) -> Int? {
    var moved: Int?
    var place = 0
    while place < top {
      let total = total(place)
      if place >= line, !isHole(place), pins(place) == 0, size(place) <= budget - (moved ?? 0),
        let goal = takeHole(total, below: line)
      {
        // For now a block without fields.
        setWord(goal + 8, handle(place))
        setWord(entry(handle(place)), goal + Self.header)
        moved = (moved ?? 0) + size(place)
      }
      place += total
    }
    return moved
  }

  // MARK: - Redirect

  /// Makes all reference fields hold where their blocks go.
  func redirect() {
    var place = 0
    while place < top {
      let total = total(place)
      if !isHole(place) {
        let first = place + Self.header
        for field in stride(from: first, to: first + 8 * references(place), by: 8) {
          let target = word(field)
          if target != Self.noReference { setWord(field, word(entry(handle(target - Self.header)))) }
        }
      }
      place += total
    }
  }

  // MARK: - Move

  /// Moves the blocks below `end` to where they go, and makes a hole of what is left before each that stays.
  mutating func slide(to end: Int) {
    var (place, goal) = (0, 0)
    while place < end {
      // The header is read before anything is copied over it.
      let total = total(place)
      if isHole(place) {
        unlink(place)
      } else {
        let target = word(entry(handle(place))) - Self.header
        if target == place {
          close(goal, place)
        } else {
          heap.copy(from: Address(place), to: Address(target), byteCount: total)
          setWord(target, word(target) & ~Self.followsHole)
        }
        goal = target + total
      }
      place += total
    }
    // What comes behind may be a hole, which is joined.
    guard place < top else {
      top = goal
      return
    }
    if isHole(place) {
      let total = total(place)
      unlink(place)
      place += total
    }
    close(goal, place)
  }

  /// What lies between a block's end and the place of the next, which stays, becomes a hole, if it is anything.
  private mutating func close(_ end: Int, _ place: Int) {
    if end < place {
      link(end, place - end)
    } else {
      setWord(place, word(place) & ~Self.followsHole)
    }
  }

  /// Copies the blocks that have a new place elsewhere, and makes holes of their old ones.
  mutating func evacuate() {
    var place = 0
    while place < top {
      let total = total(place)
      let next = place + total
      if !isHole(place) {
        let goal = word(entry(handle(place))) - Self.header
        if goal != place {
          // The new place keeps its own word on what lies before it.
          heap.copy(from: Address(place + 8), to: Address(goal + 8), byteCount: total - 8)
          makeHole(place, total)
        }
      }
      place = next
    }
  }
}
