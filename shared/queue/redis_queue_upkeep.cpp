// Upkeep of the queue, by the leading scheduler: leases, what others left half done, the server, old epochs.
#include "shared/queue/keys.hpp"
#include "shared/queue/redis_queue.hpp"
#include "shared/queue/transitions.hpp"
#include "shared/queue/words.hpp"

namespace tropeiro::queue {
namespace {

constexpr int chores_in_a_round = 20; // reap() must come back soon: its caller has more to do

std::string info_field(std::string_view info, std::string_view name)
{
    const auto wanted = std::string(name) + ":";
    const auto at = info.find(wanted);
    if (at == std::string_view::npos) return {};
    const auto rest = info.substr(at + wanted.size());
    return std::string(rest.substr(0, rest.find_first_of("\r\n")));
}

} // namespace

task<std::vector<reaped>> redis_queue::reap(int limit, int most_recoveries)
{
    word_list args{std::to_string(limit), std::to_string(most_recoveries)};
    const auto answer = co_await run(all_transitions().reap, std::move(args));
    int chores = 0;
    for (const auto& finished : answer[1].elements()) {
        for (std::int64_t left = 1; left > 0 && chores < chores_in_a_round; ++chores) {
            word_list of{finished.string()};
            const auto done = co_await run(all_transitions().more, std::move(of));
            left = done[1].integer();
        }
    }
    for (const auto& rollout : answer[2].elements()) {
        for (std::int64_t left = 1; left > 0 && chores < chores_in_a_round; ++chores) {
            word_list of{rollout.string()};
            const auto done = co_await run(all_transitions().sweep, std::move(of));
            left = done.integer();
        }
    }
    co_return words::reaped_from(answer[0]);
}

task<> redis_queue::open(std::string run_id)
{
    word_list args{"1", std::move(run_id)};
    co_await run(all_transitions().gate, std::move(args));
}

task<> redis_queue::close()
{
    word_list args{"0", ""};
    co_await run(all_transitions().gate, std::move(args));
}

task<queue_meta> redis_queue::meta()
{
    const auto answer = co_await run(all_transitions().meta, word_list());
    queue_meta meta;
    meta.open = answer[0].is_string() && answer[0].string() == "1";
    if (answer[1].is_string()) meta.run_id = answer[1].string();
    co_return meta;
}

task<std::string> redis_queue::server_run_id()
{
    redis::command info("INFO", "server");
    const auto answer = co_await commands_.call(std::move(info));
    auto run_id = info_field(answer.string(), "run_id");
    if (run_id.empty()) throw redis::bad_reply("redis does not tell its run_id in INFO server");
    co_return run_id;
}

task<std::int64_t> redis_queue::drop_older_epochs()
{
    std::int64_t dropped = 0;
    std::string cursor = "0";
    do {
        redis::command scan("SCAN", cursor, "MATCH", keys::every_epoch(), "COUNT", 1000);
        const auto found = co_await commands_.call(std::move(scan));
        redis::command unlink("UNLINK");
        for (const auto& key : found[1].elements()) {
            const auto of = keys::epoch_of(key.string());
            if (of && *of < epoch_) unlink.add(key.string());
        }
        if (unlink.words().size() > 1) {
            const auto answer = co_await commands_.call(std::move(unlink));
            dropped += answer.integer();
        }
        cursor = found[0].string();
    } while (cursor != "0");
    co_return dropped;
}

} // namespace tropeiro::queue
