#include "shared/base/text.hpp"
#include "shared/config/environment.hpp"

#include <fmt/format.h>

#include <cctype>

namespace tropeiro::config {
namespace {

// One line of the file and how far it was read. What went wrong is said without the text of the line: it may
// hold a password.
struct line_reader {
    std::string_view line;
    std::size_t at = 0;
    std::string fault;

    bool done() const { return at >= line.size(); }
    char peek() const { return done() ? '\0' : line[at]; }
    void skip_blanks()
    {
        while (peek() == ' ' || peek() == '\t')
            ++at;
    }

    bool is_blank_or_comment()
    {
        skip_blanks();
        return done() || peek() == '#';
    }
};

bool is_name_character(char c, bool first)
{
    const auto byte = static_cast<unsigned char>(c);
    return c == '_' || std::isalpha(byte) != 0 || (!first && std::isdigit(byte) != 0);
}

std::string read_name(line_reader& in)
{
    std::string name;
    while (is_name_character(in.peek(), name.empty()))
        name += in.line[in.at++];
    return name;
}

char unescaped(char c)
{
    switch (c) {
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return c;
    }
}

std::string read_quoted(line_reader& in)
{
    const auto opened_at = in.at;
    const char quote = in.line[in.at++];
    std::string value;
    for (; !in.done(); ++in.at) {
        const char c = in.line[in.at];
        if (c == quote) {
            ++in.at;
            if (!in.is_blank_or_comment()) in.fault = "only a comment may follow the closing quote";
            return value;
        }
        const bool escape = quote == '"' && c == '\\' && in.at + 1 < in.line.size();
        value += escape ? unescaped(in.line[++in.at]) : c;
    }
    in.at = opened_at;
    in.fault = "the quote is not closed on this line";
    return value;
}

std::string read_bare(line_reader& in)
{
    auto rest = in.line.substr(in.at);
    for (std::size_t i = 0; i < rest.size(); ++i)
        if (rest[i] == '#' && (i == 0 || rest[i - 1] == ' ' || rest[i - 1] == '\t')) {
            rest = rest.substr(0, i);
            break;
        }
    return std::string(text::trim(rest));
}

void read_line(line_reader& in, std::map<std::string, std::string>& variables)
{
    if (in.is_blank_or_comment()) return;
    if (in.line.substr(in.at).starts_with("export ")) {
        in.at += 7;
        in.skip_blanks();
    }
    const auto name = read_name(in);
    if (name.empty()) {
        in.fault = "a variable name is expected: letters, digits and _, not beginning with a digit";
        return;
    }
    in.skip_blanks();
    if (in.peek() != '=') {
        in.fault = fmt::format("\"=\" is expected after {}", name);
        return;
    }
    ++in.at;
    in.skip_blanks();
    const bool quoted = in.peek() == '"' || in.peek() == '\'';
    auto value = quoted ? read_quoted(in) : read_bare(in);
    if (in.fault.empty()) variables[name] = std::move(value);
}

} // namespace

environment parse_dotenv(std::string_view text, const std::string& file, std::vector<std::string>& faults)
{
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    std::map<std::string, std::string> variables;
    std::size_t number = 0;
    for (auto line : text::split(text, '\n')) {
        ++number;
        if (line.ends_with('\r')) line.pop_back();
        line_reader in{line, 0, {}};
        read_line(in, variables);
        if (!in.fault.empty())
            faults.push_back(fmt::format("{}:{}:{}: {}", file, number, in.at + 1, in.fault));
    }
    return environment(std::move(variables));
}

} // namespace tropeiro::config
