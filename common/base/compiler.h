/**
 * @file compiler.h
 * Compiler attributes and assertions: the only place where the dialect of a
 * compiler shows. Everything else in the project is plain C17.
 */
#ifndef ARK_BASE_COMPILER_H
#define ARK_BASE_COMPILER_H

#include "common/base/banned.h"

#define ARK_MUST_CHECK __attribute__((warn_unused_result))
#define ARK_PRINTF(format_arg, first_arg) __attribute__((format(printf, format_arg, first_arg)))
/** A function that returns its argument or another text with the same conversions. */
#define ARK_FORMAT_ARGUMENT(argument) __attribute__((format_arg(argument)))
#define ARK_UNUSED __attribute__((unused))
#define ARK_NORETURN _Noreturn
#define ARK_LIKELY(condition) __builtin_expect(!!(condition), 1)
#define ARK_UNLIKELY(condition) __builtin_expect(!!(condition), 0)
#define ARK_PREFETCH(address) __builtin_prefetch(address)

#ifndef ARK_PORTABLE
#include <stdint.h>
/** Sixteen bytes computed with at once; not under ARK_PORTABLE, which has plain loops instead. */
typedef uint8_t ark_u8x16 __attribute__((vector_size(16)));
/** Eight 16-bit integers, likewise. */
typedef int16_t ark_i16x8 __attribute__((vector_size(16)));
#endif

/** Four floats computed with at once: arithmetic is by element, a scalar counts for all four. */
typedef float ark_float4 __attribute__((vector_size(16)));

/** States what holds if the program has no bug; stays on in release builds. */
#define ARK_ASSERT(condition)                                                                      \
    (ARK_LIKELY(condition) ? (void)0 : ark_assert_failed(#condition, __FILE__, __LINE__))

/** The same for inner loops: gone in release builds. */
#ifdef NDEBUG
#define ARK_DEBUG_ASSERT(condition) ((void)0)
#else
#define ARK_DEBUG_ASSERT(condition) ARK_ASSERT(condition)
#endif

/** Number of elements of an array (not of a pointer). */
#define ARK_COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/** Prints the failed condition to stderr and aborts. Never returns. */
ARK_NORETURN void ark_assert_failed(const char *condition, const char *file, int line);

#endif
