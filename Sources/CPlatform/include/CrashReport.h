// What a worker writes down about its own end, for the student's eyes.
#pragma once
#include <stdint.h>

/// Where a worker's last words go: the signal and the address it was about, then return addresses.
struct cp_crash_report {
  uint64_t *_Nonnull crash;       ///< two words: signal, address
  uint64_t *_Nonnull frame_count; ///< one word
  uint64_t *_Nonnull frames;      ///< `frame_limit` words, each relative to where the program was loaded
  uint64_t frame_limit;
};

/// Writes the return addresses of the caller's callers into `report`.
void cp_capture_frames(const struct cp_crash_report *_Nonnull report);

/// From now on a fatal signal is written into `report` before it ends the process as it would have.
void cp_report_crashes(const struct cp_crash_report *_Nonnull report);
