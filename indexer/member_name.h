/**
 * @file member_name.h
 * Names of an archive's members in UTF-8. Zip archives from Windows have names
 * in the encoding of its console (CP720 where it is Arabic) or of its windows
 * (Windows-1256), and nothing in them says which.
 *
 * What a name means is told by the letters of all names seen so far, so that a
 * short one goes with the others. A zip's name that is no Arabic is read as
 * CP437, which the format prescribes: whatever it was, two names stay two.
 */
#ifndef ARK_INDEXER_MEMBER_NAME_H
#define ARK_INDEXER_MEMBER_NAME_H

#include "common/base/buf.h"

/** The names of one archive; begins with ark_member_names_make. */
struct ark_member_names {
    bool zip;
    struct ark_buf seen;    /**< names that are not UTF-8, a line each, up to some size */
    struct ark_buf guessed; /**< of the names seen, in the encoding that is tried */
    struct ark_buf name;
};

/** The names of an archive that is a zip, or another. Ends with ark_member_names_dispose. */
struct ark_member_names ark_member_names_make(bool zip);
/** Frees what it holds. */
void ark_member_names_dispose(struct ark_member_names *names);

/**
 * The name in UTF-8: itself if that is what it is, or if nothing is known of it.
 * NUL-ended; valid until the next call and while raw is. Cost: up to 100 us for
 * a name that is not UTF-8.
 */
const char *ark_member_name(struct ark_member_names *names, const char *raw);

#endif
