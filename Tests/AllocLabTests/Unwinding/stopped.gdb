# Runs stopped.c under gdb. Wherever it stops, and after each instruction that it wants to be seen one by one: registers, stack, and gdb's
# frames. Lines that begin with @ say what comes next.
set width 0
set height 0
set confirm off
set startup-with-shell off
set disable-randomization off
set backtrace past-main on
set backtrace limit unlimited
define snapshot
  printf "@thread %lx %lx %lx %lx %lx %lx %lx %lx %lx %lx %lx %lx %lx %lx %lx %lx %lx\n", $rip, $rax, $rdx, $rcx, $rbx, $rsi, $rdi, $rbp, $rsp, $r8, $r9, $r10, $r11, $r12, $r13, $r14, $r15
  printf "@stack\n"
  # Also what lies below: rows may name places there of registers that have just been restored.
  eval "x/%dgx $rsp - 128", (lab_stack_end - (unsigned long) $rsp) / 8 + 16
  printf "@frames\n"
  frame apply all -q info frame
  printf "@end\n"
end
run
printf "@modules\n"
info proc mappings
printf "@end\n"
while $_isvoid($_exitcode)
  snapshot
  set $left = lab_steps
  while $left > 0
    stepi
    snapshot
    set $left = $left - 1
  end
  continue
end
