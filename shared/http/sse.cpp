#include "shared/http/sse.hpp"

#include "shared/base/text.hpp"

namespace tropeiro::http {
namespace {

// A field's value is one line; what would end it becomes a space.
std::string one_line(std::string text)
{
    for (char& c : text)
        if (c == '\n' || c == '\r') c = ' ';
    return text;
}

} // namespace

std::string format_event(const sse_event& e)
{
    std::string out;
    if (!e.name.empty() && e.name != "message") out += "event: " + one_line(e.name) + "\n";
    if (!e.id.empty()) out += "id: " + one_line(e.id) + "\n";
    auto data = text::replace_all(e.data, "\r\n", "\n");
    data = text::replace_all(std::move(data), "\r", "\n");
    for (const auto& line : text::split(data, '\n'))
        out += "data: " + line + "\n";
    return out + "\n";
}

std::vector<sse_event> sse_parser::feed(std::string_view bytes)
{
    std::vector<sse_event> done;
    for (const char c : bytes) {
        const bool second_of_crlf = after_cr_ && c == '\n';
        after_cr_ = c == '\r';
        if (second_of_crlf) continue;
        if (c == '\n' || c == '\r') {
            take_line(pending_, done);
            pending_.clear();
        } else
            pending_ += c;
    }
    return done;
}

void sse_parser::take_line(std::string_view line, std::vector<sse_event>& done)
{
    if (line.empty()) {
        current_.id = id_;
        if (has_data_) done.push_back(current_);
        current_ = sse_event{};
        has_data_ = false;
        return;
    }
    const auto colon = line.find(':');
    const auto field = line.substr(0, colon);
    auto value = colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (field == "event")
        current_.name = value.empty() ? "message" : std::string(value);
    else if (field == "id")
        id_ = value;
    else if (field == "data") {
        if (has_data_) current_.data += '\n';
        current_.data += value;
        has_data_ = true;
    }
}

} // namespace tropeiro::http
