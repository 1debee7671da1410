// SPDX-License-Identifier: MIT
#include <array>
#include <deque>
#include <string>

#include <asio/buffer.hpp>

#include <rscp/connection/frame_channel.hpp>

namespace rscp::inline v0_1 {
namespace {

using Clock = std::chrono::steady_clock;

Clock::time_point after(std::chrono::milliseconds limit) {
  return limit == kForever ? Clock::time_point::max() : Clock::now() + limit;
}

std::string text_of(std::chrono::milliseconds limit) {
  return std::to_string(limit.count()) + " ms";
}

}  // namespace

// Shared with the timer's handler, which may run after the channel is gone.
struct FrameChannel::State : std::enable_shared_from_this<FrameChannel::State> {
  State(asio::ip::tcp::socket s, const Key& key, Direction in)
      : socket(std::move(s)),
        encryptor(key),
        incoming(in),
        conversation({&key, 1}, {.pairs = in == Direction::Answer}),
        timer(socket.get_executor()) {}

  asio::ip::tcp::socket socket;
  Encryptor encryptor;
  Direction incoming;
  Conversation conversation;
  std::deque<ReceivedFrame> ready;
  bool out_of_step = false;
  asio::steady_timer timer;
  Clock::time_point deadline = Clock::time_point::max();
  Clock::time_point armed = Clock::time_point::max();  // what the timer is waiting for
  bool timed_out = false;
  bool closed = false;
  std::uint64_t frames = 0;
  std::uint64_t received = 0;
  std::uint64_t sent = 0;

  // Setting a timer a frame would cost as much as the frame: the timer is left running and looks
  // at the deadline when it fires.
  void set_deadline(Clock::time_point when) {
    deadline = when;
    timed_out = false;
    if (deadline < armed) arm();
  }

  void arm() {
    armed = deadline;
    timer.expires_at(deadline);
    timer.async_wait([weak = weak_from_this()](const asio::error_code& error) {
      const auto self = weak.lock();
      if (error || !self || self->closed) return;
      self->armed = Clock::time_point::max();
      if (self->deadline == Clock::time_point::max()) return;
      if (Clock::now() < self->deadline) return self->arm();
      self->timed_out = true;
      asio::error_code ignored;
      self->socket.cancel(ignored);
    });
  }

  [[nodiscard]] std::unexpected<Error> lost(const asio::error_code& error,
                                            const char* doing) const {
    if (closed) return failure(ErrorKind::Cancelled, "the connection was closed");
    if (error == asio::error::operation_aborted) {
      return failure(ErrorKind::Cancelled, "the wait was cancelled");
    }
    return failure(ErrorKind::Closed,
                   std::string("connection lost while ") + doing + ": " + error.message());
  }

  [[nodiscard]] const StreamDecoder& decoder() const { return conversation.decoder(incoming); }
  [[nodiscard]] bool inside_frame() const { return decoder().buffered() != 0; }

  // Takes over what the conversation gave: frames of the peer up to the first bytes that are none.
  // What was sent comes by as well.
  void collect() {
    while (auto event = conversation.next()) {
      if (std::holds_alternative<BytesLost>(*event) || std::holds_alternative<OutOfStep>(*event) ||
          std::holds_alternative<WrongKey>(*event)) {
        out_of_step = true;
      }
      if (out_of_step) continue;
      if (auto* request = std::get_if<RequestSeen>(&*event)) add(std::move(request->message), {});
      if (auto* answer = std::get_if<AnswerSeen>(&*event)) {
        add(std::move(answer->message), answer->request);
      }
    }
  }

  void add(Message message, std::optional<std::uint64_t> request) {
    if (message.direction == incoming) ready.push_back({std::move(message), request});
  }

  [[nodiscard]] static std::int64_t now() {
    return std::chrono::nanoseconds(Clock::now().time_since_epoch()).count();
  }

  // Large enough for nearly every frame, small enough to hold thousands of connections.
  std::array<std::uint8_t, 4096> buffer;
};

FrameChannel::FrameChannel(asio::ip::tcp::socket socket, const Key& key, Direction incoming)
    : state_(std::make_shared<State>(std::move(socket), key, incoming)) {
  asio::error_code ignored;
  state_->socket.non_blocking(true, ignored);
  state_->socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  // A peer that vanished without a word is noticed by the system, in its own time.
  state_->socket.set_option(asio::socket_base::keep_alive(true), ignored);
}
FrameChannel::FrameChannel(FrameChannel&&) noexcept = default;
FrameChannel& FrameChannel::operator=(FrameChannel&&) noexcept = default;
FrameChannel::~FrameChannel() {
  if (state_) close();
}

Encryptor& FrameChannel::encryptor() { return state_->encryptor; }
asio::ip::tcp::socket& FrameChannel::socket() { return state_->socket; }
bool FrameChannel::is_open() const { return !state_->closed; }
std::uint64_t FrameChannel::frames_received() const { return state_->frames; }
std::uint64_t FrameChannel::bytes_received() const { return state_->received; }
std::uint64_t FrameChannel::bytes_sent() const { return state_->sent; }

void FrameChannel::close(bool reset) {
  if (state_->closed) return;
  state_->closed = true;
  asio::error_code ignored;
  if (reset) state_->socket.set_option(asio::socket_base::linger(true, 0), ignored);
  state_->timer.cancel();
  state_->socket.close(ignored);
}

asio::awaitable<Result<ReceivedFrame>> FrameChannel::receive(ReceiveLimits limits) {
  const std::shared_ptr<State> state = state_;
  const Clock::time_point first_deadline = after(limits.first_byte);
  state->set_deadline(state->inside_frame() ? after(limits.frame) : first_deadline);
  for (;;) {
    if (!state->ready.empty()) {
      ReceivedFrame frame = std::move(state->ready.front());
      state->ready.pop_front();
      ++state->frames;
      state->set_deadline(Clock::time_point::max());
      co_return frame;
    }
    if (state->out_of_step) {
      const bool hopeless = state->conversation.standing() == Conversation::Standing::Hopeless;
      co_return failure(
          hopeless ? ErrorKind::WrongKey : ErrorKind::Protocol,
          "byte " + std::to_string(state->decoder().undecided_from()) +
              " of the connection: the bytes decrypt to no RSCP frame (no E3 DC magic)");
    }
    asio::error_code error;
    if (state->closed) error = asio::error::operation_aborted;
    std::size_t size = 0;
    if (!error) {
      size = co_await state->socket.async_read_some(
          asio::buffer(state->buffer), asio::redirect_error(asio::use_awaitable, error));
    }
    const bool began = !state->inside_frame();
    if (state->timed_out) {
      if (!state->inside_frame()) {
        co_return failure(ErrorKind::Timeout, "nothing came for " + text_of(limits.first_byte));
      }
      const auto end = state->decoder().pending_end();
      const std::uint64_t begin = state->decoder().undecided_from();
      co_return failure(
          ErrorKind::Timeout,
          "a frame was not complete after " + text_of(limits.frame) + ": " +
              std::to_string(state->decoder().buffered()) + " bytes of " +
              (end ? std::to_string(*end - begin) : std::string("an unknown number")) + " came");
    }
    if (error == asio::error::eof) {
      co_return failure(ErrorKind::Closed,
                        state->inside_frame()
                            ? "the peer closed the connection inside a frame, after " +
                                  std::to_string(state->decoder().buffered()) + " bytes of it"
                            : "the peer closed the connection");
    }
    if (error) co_return state->lost(error, "reading");
    state->received += size;
    state->conversation.receive(state->incoming, {state->buffer.data(), size}, State::now());
    state->collect();
    if (began && state->inside_frame()) state->set_deadline(after(limits.frame));
    if (!state->inside_frame()) state->set_deadline(first_deadline);
  }
}

asio::awaitable<Result<std::uint64_t>> FrameChannel::send(Bytes frame,
                                                          std::chrono::milliseconds limit) {
  std::uint64_t number = 0;
  if (state_->incoming == Direction::Answer) {
    number = state_->conversation.sent(Direction::Request, frame, State::now());
    state_->collect();
  }
  const ByteBuffer ciphertext = state_->encryptor.encrypt(frame);
  const auto written = co_await write(ciphertext, limit);
  if (!written) co_return std::unexpected(written.error());
  co_return number;
}

asio::awaitable<Result<void>> FrameChannel::write(Bytes bytes, std::chrono::milliseconds limit) {
  const std::shared_ptr<State> state = state_;
  bool waiting = false;
  while (!bytes.empty()) {
    asio::error_code error;
    if (state->closed) error = asio::error::operation_aborted;
    if (!error) {
      const std::size_t size =
          state->socket.write_some(asio::buffer(bytes.data(), bytes.size()), error);
      state->sent += size;
      bytes = bytes.subspan(size);
    }
    if (error == asio::error::would_block || error == asio::error::try_again) {
      if (!waiting) state->set_deadline(after(limit));
      waiting = true;
      co_await state->socket.async_wait(asio::socket_base::wait_write,
                                        asio::redirect_error(asio::use_awaitable, error));
      if (state->timed_out) {
        co_return failure(ErrorKind::Timeout, "the peer took no more bytes for " + text_of(limit) +
                                                  ", " + std::to_string(bytes.size()) +
                                                  " are left");
      }
    }
    if (error) co_return state->lost(error, "writing");
  }
  if (waiting) state->set_deadline(Clock::time_point::max());
  co_return Result<void>{};
}

}  // namespace rscp::inline v0_1
