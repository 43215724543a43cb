/**
 * @file cold_impl.h
 * What the writer and the reader of cold records share.
 */
#ifndef ARK_CODEC_COLD_IMPL_H
#define ARK_CODEC_COLD_IMPL_H

/** Codes of four bits that are no variant: one that the escapes name, several. */
enum { ARK_COLD_LONG = 14, ARK_COLD_SEVERAL = 15 };

#endif
