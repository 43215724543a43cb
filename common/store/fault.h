/**
 * @file fault.h
 * The last line against a damaged index file. LMDB keeps no checksums of its
 * own pages and reads them through a memory map: a file cut short under a
 * running program, or a page of nonsense, ends in SIGBUS or SIGSEGV. Ours are
 * turned into one sentence and exit status 2; faults anywhere else keep their
 * meaning.
 */
#ifndef ARK_STORE_FAULT_H
#define ARK_STORE_FAULT_H

/**
 * Watches for faults inside maps of files named data.mdb. Idempotent; the path
 * of the index opened last stands in the sentence. Not for several threads at
 * once.
 */
void ark_fault_guard(const char *index_path);

/** Says that the index is damaged and ends the process with status 2: what LMDB's own assertions do too. */
_Noreturn void ark_fault_exit(const char *what);

#endif
