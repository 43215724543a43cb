/**
 * @file cli.h
 * What both programs share at the command line: options, config file,
 * messages, signals, the place of the index.
 */
#ifndef ARK_BASE_CLI_H
#define ARK_BASE_CLI_H

#include "common/base/config.h"
#include "common/base/message.h"
#include "common/base/options.h"
#include "common/base/signals.h"

#endif
