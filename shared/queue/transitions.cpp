#include "shared/queue/transitions.hpp"

#include "shared/queue/lua_text.hpp"

namespace tropeiro::queue {
namespace {

redis::script with_prelude(std::string_view name, std::string_view text)
{
    return {std::string(name), prelude() + std::string(text)};
}

} // namespace

const std::string& prelude()
{
    static const std::string whole = [] {
        std::string text;
        for (const auto part : {lua::pre_keys, lua::pre_jobs, lua::pre_rings, lua::pre_ready})
            text.append(part).append("\n");
        return text;
    }();
    return whole;
}

const transitions& all_transitions()
{
    static const transitions all{
        .enqueue = with_prelude("enqueue", lua::enqueue),
        .seal = with_prelude("seal", lua::seal),
        .adopt = with_prelude("adopt", lua::adopt),
        .claim = with_prelude("claim", lua::claim),
        .join = with_prelude("join", lua::join),
        .beat = with_prelude("beat", lua::beat),
        .complete = with_prelude("complete", lua::complete),
        .more = with_prelude("more", lua::more),
        .fail = with_prelude("fail", lua::fail),
        .release = with_prelude("release", lua::release),
        .bump = with_prelude("bump", lua::bump),
        .reap = with_prelude("reap", lua::reap),
        .gone = with_prelude("gone", lua::gone),
        .control = with_prelude("control", lua::control),
        .sweep = with_prelude("sweep", lua::sweep),
        .redo = with_prelude("redo", lua::redo),
        .setcap = with_prelude("setcap", lua::setcap),
        .drain = with_prelude("drain", lua::drain),
        .gate = with_prelude("gate", lua::gate),
        .meta = with_prelude("meta", lua::meta),
        .look = with_prelude("look", lua::look),
        .why = with_prelude("why", lua::why),
        .counts = with_prelude("counts", lua::counts),
        .ages = with_prelude("ages", lua::ages),
        .workers = with_prelude("workers", lua::workers),
        .limits = with_prelude("limits", lua::limits),
    };
    return all;
}

} // namespace tropeiro::queue
