/// The usual causes of each wrong recommendation, and what to look at.
let comparisonCauses: [ViolationKind: String] = [
  .wrongRecommendation:
    "Work out what each allocator pays on the workload: a pool takes the largest size for every block, a buddy the next power of two, "
    + "a slab allocator construction once and a slab for each size. `alloclab compare` shows the measurements.",
  .crash: "Descriptions may be extreme: one block, thousands of sizes, a size of one byte. Answer all of them.",
  .hang: "A recommendation is arithmetic on a handful of numbers.",
]

/// The usual causes of each fault in a page replacement policy, and what to look at.
let pageReplacementCauses: [ViolationKind: String] = [
  .falseHit: "A page that was evicted is still known as resident. Look at what is forgotten when a victim is chosen.",
  .missedHit: "A page that came in was not noted, or is looked for in only one of several lists.",
  .absentVictim:
    "The victim's frame or position was answered in place of its page, or the same page was evicted twice.",
  .tooManyPages:
    "The comparison with the number of frames is off by one. Look at the first access after all frames are taken.",
  .wrongVictim:
    "LRU: a hit makes its page the youngest. CLOCK: a hit sets the page's bit, the hand clears bits as it passes, stops at the first clear "
    + "one, and moves on behind the page that came in. Play the published string 1 2 3 4 1 2 5 1 2 3 4 5 by hand.",
  .earlyExit: "The policy ends the program. Answer every access.",
  .hang: "The hand goes round for ever: it must clear the bits that it passes.",
]
