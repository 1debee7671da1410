// SPDX-License-Identifier: MIT
// A capture from its first packet to its last, and what to make of it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include <rscp/error.hpp>
#include <rscp/recording/capture_decoder.hpp>
#include <rscp/recording/capture_file.hpp>
#include <rscp/recording/key_table.hpp>

namespace rscp::recording {

/// Decodes what is left of a capture. One that breaks off is decoded up to there before the error
/// is given. `go_on` is asked after each packet, with its number; a false ends it early.
Result<CaptureDecoder::Statistics> decode_capture(
    CaptureFile& capture, KeyTable keys, DecodeOptions options, CaptureDecoder::Callback callback,
    const std::function<bool(std::uint64_t packet)>& go_on = {});

/// How a program's user gives what was missing, put behind the sentence: "; give --key".
struct Advice {
  std::string key;
  std::string port;
};

/// What stands between a capture and its frames, as an error without a place: no packets, no RSCP
/// in it, no key or a wrong one. Nothing if all RSCP connections were decrypted.
std::optional<Error> verdict(const CaptureDecoder::Statistics& statistics,
                             const Advice& advice = {});

/// The same in short, for those who can go on as soon as there is any frame.
std::optional<Error> why_no_frames(const CaptureDecoder::Statistics& statistics);

}  // namespace rscp::recording
