#include "scheduler/plan/function_mentions.hpp"

#include "shared/base/text.hpp"

#include <algorithm>
#include <array>

namespace tropeiro::scheduler::plan {
namespace {

bool in_name(char c)
{
    const auto u = static_cast<unsigned char>(c);
    return (u >= 'a' && u <= 'z') || (u >= 'A' && u <= 'Z') || (u >= '0' && u <= '9') || u == '_' ||
           u >= 0x80;
}

class scanner {
  public:
    explicit scanner(std::string_view body) : body_(body) {}

    std::vector<mentioned_name> run()
    {
        while (at_ < body_.size()) {
            if (in_name(body_[at_]) || body_[at_] == '"')
                take_name();
            else if (is_space(body_[at_]))
                ++at_;
            else
                take_sign();
        }
        return std::move(names_);
    }

  private:
    static bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

    void take_sign()
    {
        after_cast_ = body_.substr(at_).starts_with("::");
        at_ += after_cast_ ? 2 : 1;
        before_.clear();
    }

    std::string take_part()
    {
        std::string part;
        if (body_[at_] != '"') {
            while (at_ < body_.size() && in_name(body_[at_]))
                part += body_[at_++];
            return text::lower(part);
        }
        for (++at_; at_ < body_.size(); ++at_) {
            if (body_[at_] == '"' && !body_.substr(at_ + 1).starts_with('"')) break;
            if (body_[at_] == '"') ++at_;
            part += body_[at_];
        }
        at_ = std::min(at_ + 1, body_.size());
        return part;
    }

    void take_name()
    {
        static constexpr std::array<std::string_view, 6> openers{"from",   "join",  "into",
                                                                 "update", "table", "only"};
        mentioned_name found;
        found.name.name = take_part();
        while (at_ + 1 < body_.size() && body_[at_] == '.' &&
               (in_name(body_[at_ + 1]) || body_[at_ + 1] == '"')) {
            ++at_;
            found.name.schema = std::move(found.name.name);
            found.name.name = take_part();
        }
        const auto next = body_.find_first_not_of(" \t\r\n", at_);
        found.called = next != std::string_view::npos && body_[next] == '(';
        found.as_table = std::find(openers.begin(), openers.end(), before_) != openers.end();
        found.as_type = after_cast_ || !found.name.schema.empty();
        before_ = found.name.schema.empty() ? found.name.name : std::string();
        after_cast_ = false;
        names_.push_back(std::move(found));
    }

    std::string_view body_;
    std::size_t at_ = 0;
    std::string before_; // the word before this one, when nothing but space stands between
    bool after_cast_ = false;
    std::vector<mentioned_name> names_;
};

} // namespace

std::vector<mentioned_name> mentioned_names(std::string_view body) { return scanner(body).run(); }

} // namespace tropeiro::scheduler::plan
