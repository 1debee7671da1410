// SPDX-License-Identifier: MIT
// Everything in rscp::codec.
#pragma once

#include <rscp/cipher.hpp>
#include <rscp/dictionary.hpp>
#include <rscp/frame.hpp>
#include <rscp/item.hpp>
#include <rscp/path.hpp>
#include <rscp/secrets.hpp>
#include <rscp/stream_decoder.hpp>
#include <rscp/text.hpp>
#include <rscp/value.hpp>
