#include "base/redact.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace leadsman {

namespace {

std::string base64(std::string_view data) {
  static constexpr char k_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (size_t i = 0; i < data.size(); i += 3) {
    const size_t have = std::min<size_t>(3, data.size() - i);
    uint32_t bits = 0;
    for (size_t k = 0; k < 3; ++k)
      bits = bits << 8 | (k < have ? static_cast<unsigned char>(data[i + k]) : 0u);
    for (size_t k = 0; k < 4; ++k) text += k <= have ? k_digits[bits >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

// As the writers of JSON put it: all escape quotes and backslashes, Go's also what HTML would read.
std::string json_escaped(std::string_view text, bool as_go) {
  static constexpr char k_hex[] = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      (out += '\\') += c;
    else if (c == '\n')
      out += "\\n";
    else if (c == '\r')
      out += "\\r";
    else if (c == '\t')
      out += "\\t";
    else if (byte < 0x20 || (as_go && (c == '<' || c == '>' || c == '&'))) {
      ((out += "\\u00") += k_hex[byte >> 4]) += k_hex[byte & 15];
    } else {
      out += c;
    }
  }
  return out;
}

uint32_t first_four(std::string_view text) {
  uint32_t key = 0;
  for (size_t i = 0; i < 4; ++i) key = key << 8 | static_cast<unsigned char>(text[i]);
  return key;
}

size_t first_two(std::string_view text) {
  return static_cast<size_t>(static_cast<unsigned char>(text[0])) << 8 | static_cast<unsigned char>(text[1]);
}

}  // namespace

redactor::redactor(const std::vector<std::string>& secrets) {
  for (const std::string& secret : secrets) {
    add(secret);
    const std::string_view whole = trim(secret);
    add(whole);
    if (whole.find('\n') == std::string_view::npos) continue;
    for (const std::string_view line : split(whole, '\n')) add(trim(line));
  }
  for (auto& [key, forms] : forms_) {
    std::ranges::sort(forms, [](const auto& a, const auto& b) {
      return a.size() != b.size() ? a.size() > b.size() : a < b;
    });
    forms.erase(std::ranges::unique(forms).begin(), forms.end());
  }
}

void redactor::add(std::string_view secret) {
  if (secret.size() < k_shortest) return;
  add_form(std::string(secret));
  add_form(json_escaped(secret, false));
  add_form(json_escaped(secret, true));
  add_form(base64(secret));
  add_form(base64(std::string(secret) + "\n"));
}

void redactor::add_form(std::string form) {
  longest_ = std::max(longest_, form.size());
  starts_.set(first_two(form));
  forms_[first_four(form)].push_back(std::move(form));
}

size_t redactor::longest_match(std::string_view text) const {
  if (text.size() < k_shortest || !starts_.test(first_two(text))) return 0;
  const auto bucket = forms_.find(first_four(text));
  if (bucket == forms_.end()) return 0;
  for (const std::string& form : bucket->second) {
    if (text.starts_with(form)) return form.size();
  }
  return 0;
}

bool redactor::may_grow(std::string_view text) const {
  if (text.size() >= longest_) return false;
  const auto grows = [&](const std::string& form) {
    return form.size() > text.size() && form.starts_with(text);
  };
  if (text.size() >= k_shortest) {
    const auto bucket = starts_.test(first_two(text)) ? forms_.find(first_four(text)) : forms_.end();
    return bucket != forms_.end() && std::ranges::any_of(bucket->second, grows);
  }
  return std::ranges::any_of(forms_,
                             [&](const auto& bucket) { return std::ranges::any_of(bucket.second, grows); });
}

std::string redactor::redact(std::string_view text) const {
  redact_stream stream(*this);
  std::string out = stream.push(text);
  return out += stream.finish();
}

std::string redact_stream::push(std::string_view piece) {
  if (secrets_->empty()) return std::string(piece);
  pending_ += piece;
  return drain(false);
}

std::string redact_stream::finish() {
  return drain(true);
}

// Secrets that overlap are hidden together: the end of one must not stay readable because another began
// before it.
std::string redact_stream::drain(bool ended) {
  std::string out;
  out.reserve(pending_.size());
  const std::string_view text = pending_;
  size_t at = 0;
  for (; at < text.size(); ++at) {
    const std::string_view rest = text.substr(at);
    if (!ended && secrets_->may_grow(rest)) break;
    if (const size_t length = secrets_->longest_match(rest)) {
      if (at >= covered_) out += redactor::k_mask;
      covered_ = std::max(covered_, at + length);
    }
    if (at >= covered_) out += text[at];
  }
  pending_.erase(0, at);
  covered_ = covered_ > at ? covered_ - at : 0;
  return out;
}

}  // namespace leadsman
