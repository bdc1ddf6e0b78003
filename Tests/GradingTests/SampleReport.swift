/// A report in which every key there is occurs.
enum SampleReport {
  private static let hash = String(repeating: "0123456789abcdef", count: 4)

  static let text = """
    {
      "format": "alloclab-report/1",
      "provenance": {
        "grader": "0.1.0", "kit": "84f2", "course": "Memory", "hiddenSeed": "\(hash)", "publicSeed": 1,
        "host": { "system": "Linux", "processor": "x", "processors": 2 },
        "sandbox": { "enforced": ["seccomp"], "missing": ["no network"] },
        "timing": { "start": 1700000000, "seconds": 2.5 }
      },
      "submission": { "name": "ada", "files": [{ "name": "PoolAllocator.swift", "sha256": "\(hash)" }],
        "unread": [{ "name": "Link.swift", "reason": "is a symbolic link" }] },
      "points": 12.5, "maximum": 25, "extraCredit": 0,
      "course": {
        "lines": [{ "assignment": "ProblemSet1", "group": "Problem sets", "weight": 40, "standing": "graded", "counts": 20 }],
        "countedWeight": 40, "reached": 20, "extraCredit": 0, "extraCreditCap": 10, "total": 50
      },
      "assignments": [{
        "assignment": "ProblemSet1", "title": "Problem Set 1", "isExtraCredit": false, "points": 12.5, "maximum": 25,
        "exercises": [{
          "exercise": "pool", "title": "Pool", "digest": "\(hash)", "rubric": "\(hash)", "points": 12.5, "maximum": 25,
          "findings": ["overlap", "slow"], "compilerMessages": "error",
          "budget": "ran out",
          "overfit": { "publicShare": 1, "changedShare": 0.25 },
          "cases": [{
            "workload": "churn", "summary": "Comings and goings.", "isHidden": false, "change": "shifted", "verdict": "failed",
            "operations": 120000, "trace": { "hash": "0123456789abcdef", "origin": "generated" },
            "violation": {
              "kind": "overlap", "explanation": "Two live blocks share bytes.", "operation": 7, "message": "b1 overlaps b0",
              "evidence": ["b0 is there"]
            },
            "meters": [{ "name": "footprint", "value": 4096, "unit": "B", "reference": 4016, "ratio": 1.02, "share": 1 }],
            "timing": {
              "ratio": { "median": 1.01, "low": 0.99, "high": 1.03, "pairs": 8, "isUneven": false },
              "nanosecondsPerOperation": 3.2, "referenceNanosecondsPerOperation": 3.1, "share": 1,
              "latencyNanoseconds": { "p50": 10, "p99": 20, "p999": 30, "maximum": 4000 }
            }
          }],
          "counterexample": {
            "workload": "churn", "kind": "overlap", "isHidden": false, "operationsBefore": 120000, "operations": 2, "steps": 2,
            "circumstances": "in a heap of 4 KiB", "listing": ["a = allocate()   → 0x0000"], "evidence": ["a is there"],
            "trace": "ada-pool-overlap.trace",
            "heap": { "blocks": [{ "name": "a", "address": 0, "size": 24 }], "subject": "a" }
          },
          "arithmetic": [{ "criterion": "correctness", "share": 0.5, "points": 7.5, "maximum": 15, "arithmetic": "1 of 2" }]
        }]
      }]
    }
    """
}
