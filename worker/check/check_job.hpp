// The jobs `check_receipts` and `check_source`: what stands in a tenant's tables, against the receipts of the copy or
// against the source. What they find goes to tropeiro.data_check; a difference is a finding, no failure of the job.
//
// A second run is harmless: a check reads, and a repair brings what is still missing.
#pragma once

#include "shared/model/progress.hpp"
#include "shared/rt/asio.hpp"
#include "worker/context/job_context.hpp"

namespace tropeiro::worker::check {

task<model::progress> check_receipts(const context::job_context& job);

task<model::progress> check_source(const context::job_context& job);

} // namespace tropeiro::worker::check
