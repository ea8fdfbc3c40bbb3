#include "shared/config/load.hpp"

#include "shared/base/text.hpp"
#include "shared/config/settings.hpp"
#include "shared/config/toml_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace tropeiro::config {
namespace {

namespace fs = std::filesystem;

std::optional<std::string> read_file(const fs::path& file)
{
    std::ifstream in(file, std::ios::binary);
    if (!in || fs::is_directory(file)) return std::nullopt;
    std::ostringstream all;
    all << in.rdbuf();
    return all.str();
}

std::string unknown_name(std::string_view what, const std::string& name,
                         const std::vector<std::string>& known)
{
    const auto near = text::nearest(name, known);
    return fmt::format("unknown {} \"{}\"; {}", what, name,
                       near ? fmt::format("did you mean \"{}\"?", *near)
                            : "known are " + text::join(known, ", "));
}

class loader {
  public:
    explicit loader(const load_request& request) : request_(request) {}

    result<workspace> load()
    {
        locate();
        read_workspace_file();
        read_dotenv();
        apply_variables();
        check_whole();
        if (!faults_.empty()) return error{error_kind::usage, text::join(faults_, "\n"), {}};
        return made_;
    }

  private:
    void locate()
    {
        const auto beside = (request_.directory / "tropeiro.toml").lexically_normal();
        std::error_code ignored;
        if (request_.file)
            made_.file = request_.file->lexically_normal();
        else if (fs::exists(beside, ignored))
            made_.file = beside;
        made_.directory = made_.file.empty() ? request_.directory : made_.file.parent_path();
        if (made_.directory.empty()) made_.directory = ".";
    }

    void read_workspace_file()
    {
        if (made_.file.empty()) return;
        const auto name = made_.file.string();
        const auto text = read_file(made_.file);
        if (!text) return faults_.push_back(fmt::format("{}: the workspace file cannot be read", name));
        auto reading = read_toml(*text, name, made_);
        faults_ = std::move(reading.faults);
        positions_ = std::move(reading.positions);
    }

    void read_dotenv()
    {
        const auto file = (made_.directory / ".env").lexically_normal();
        std::error_code ignored;
        environment from_file;
        if (fs::exists(file, ignored)) {
            if (const auto text = read_file(file))
                from_file = parse_dotenv(*text, file.string(), faults_);
            else
                faults_.push_back(fmt::format("{}: cannot be read", file.string()));
        }
        made_.variables = from_file.overlaid_by(request_.process);
    }

    void apply_variables()
    {
        std::vector<std::string> known;
        for (const auto& s : settings()) {
            known.push_back(s.variable());
            if (const auto value = made_.variables.get(s.variable())) apply(s, *value, s.variable());
        }
        for (const auto& name : made_.variables.names_with_prefix("TROPEIRO_")) {
            // Others may use the prefix; only what looks like a slip of the pen is a fault.
            const bool is_setting = std::find(known.begin(), known.end(), name) != known.end();
            if (!is_setting && text::nearest(name, known))
                faults_.push_back(unknown_name("variable", name, known));
        }
    }

    void apply(const setting& which, const std::string& value, const std::string& origin)
    {
        positions_[which.name] = origin;
        const raw_value in{raw_value::kind_t::text, value, {}};
        if (const auto trouble = which.put(made_, in))
            faults_.push_back(fmt::format("{}: {} {}", origin, which.name, trouble->text));
    }

    void check_whole()
    {
        for (const auto& [name, text] : faults_of(made_)) {
            const auto at = positions_.find(name);
            const auto where = at == positions_.end() ? std::string("defaults") : at->second;
            faults_.push_back(fmt::format("{}: {} {}", where, name, text));
        }
    }

    const load_request& request_;
    workspace made_;
    std::vector<std::string> faults_;
    std::map<std::string, std::string> positions_;
};

} // namespace

result<workspace> load(const load_request& request) { return loader(request).load(); }

} // namespace tropeiro::config
