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
/** For a leaf of an inner loop that is called from more than one place. */
#define ARK_ALWAYS_INLINE inline __attribute__((always_inline))
#define ARK_LIKELY(condition) __builtin_expect(!!(condition), 1)
#define ARK_UNLIKELY(condition) __builtin_expect(!!(condition), 0)
#define ARK_PREFETCH(address) __builtin_prefetch(address)

#include <stdint.h>

/** The number of bits that are set. */
static inline uint32_t
ark_popcount64(uint64_t bits)
{
#if defined(__POPCNT__) || defined(__aarch64__)
    return (uint32_t)__builtin_popcountll(bits);
#else
    // The builtin would be a call with a table in it.
    bits -= bits >> 1 & UINT64_C(0x5555555555555555);
    bits = (bits & UINT64_C(0x3333333333333333)) + (bits >> 2 & UINT64_C(0x3333333333333333));
    bits = (bits + (bits >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return (uint32_t)(bits * UINT64_C(0x0101010101010101) >> 56);
#endif
}

#ifndef ARK_PORTABLE
/** Sixteen bytes computed with at once; not under ARK_PORTABLE, which has plain loops instead. */
typedef uint8_t ark_u8x16 __attribute__((vector_size(16)));
/** Eight 16-bit integers, likewise. */
typedef int16_t ark_i16x8 __attribute__((vector_size(16)));
typedef uint16_t ark_u16x8 __attribute__((vector_size(16)));

/** The first eight of sixteen bytes as integers of 16 bits. */
static inline ark_u16x8
ark_widen_low_u8x16(ark_u8x16 bytes)
{
#ifdef __SSE2__
    const ark_u8x16 zero = {0};
    return (ark_u16x8)__builtin_shufflevector(bytes, zero, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21,
                                              6, 22, 7, 23);
#else
    ark_u16x8 out;
    for (unsigned i = 0; i < 8; i++) {
        out[i] = bytes[i];
    }
    return out;
#endif
}

/** The other eight of sixteen bytes, likewise. */
static inline ark_u16x8
ark_widen_high_u8x16(ark_u8x16 bytes)
{
    return ark_widen_low_u8x16(__builtin_shufflevector(bytes, bytes, 8, 9, 10, 11, 12, 13, 14, 15,
                                                       8, 9, 10, 11, 12, 13, 14, 15));
}

/** The upper halves of the products with a factor. */
static inline ark_u16x8
ark_high_u16x8(ark_u16x8 values, uint16_t factor)
{
#ifdef __SSE2__
    const ark_u16x8 factors = {factor, factor, factor, factor, factor, factor, factor, factor};
    return (ark_u16x8)__builtin_ia32_pmulhuw128((ark_i16x8)values, (ark_i16x8)factors);
#else
    typedef uint32_t u32x8 __attribute__((vector_size(32)));
    u32x8 products = __builtin_convertvector(values, u32x8) * factor >> 16;
    return __builtin_convertvector(products, ark_u16x8);
#endif
}

/** Two comparisons of eight integers as 16 bits, the lowest for low[0]. */
static inline uint32_t
ark_mask_i16x16(ark_i16x8 low, ark_i16x8 high)
{
#ifdef __SSE2__
    return (uint32_t)__builtin_ia32_pmovmskb128(__builtin_ia32_packsswb128(low, high));
#else
    const ark_i16x8 bit = {1, 2, 4, 8, 16, 32, 64, 128};
    ark_i16x8 bits = (low & bit) | ((high & bit) << 8);
    bits |= __builtin_shufflevector(bits, bits, 4, 5, 6, 7, 0, 1, 2, 3);
    bits |= __builtin_shufflevector(bits, bits, 2, 3, 0, 1, 6, 7, 4, 5);
    bits |= __builtin_shufflevector(bits, bits, 1, 0, 3, 2, 5, 4, 7, 6);
    return (uint16_t)bits[0];
#endif
}
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
