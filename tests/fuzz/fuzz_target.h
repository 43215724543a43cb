/**
 * @file fuzz_target.h
 * The entry that each fuzz target defines, and libFuzzer or driver.c calls.
 */
#ifndef ARK_TESTS_FUZZ_TARGET_H
#define ARK_TESTS_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>

/** Runs one input of size bytes; returns 0. A wrong result is a failed assertion. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
