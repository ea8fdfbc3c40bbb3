# Warnings, sanitizers and the compiler cache, as one interface target that every target of ours links.
add_library(tropeiro_flags INTERFACE)
target_compile_options(tropeiro_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual
  $<$<BOOL:${TROPEIRO_WERROR}>:-Werror>)
target_include_directories(tropeiro_flags INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/generated)

# GCC 12 reports overlaps inside std::string that cannot be (gcc.gnu.org/PR105651).
target_compile_options(tropeiro_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)

if(TROPEIRO_SANITIZE)
  # For every target, ours and the libraries we compile: a sanitizer must see all of the program.
  add_compile_options(-fsanitize=${TROPEIRO_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${TROPEIRO_SANITIZE})
  # GCC's -Wmaybe-uninitialized cannot see through the instrumentation.
  target_compile_options(tropeiro_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
else()
  # When optimising, GCC takes Asio's frame allocator for a mismatched pair (gcc.gnu.org/PR109224).
  target_compile_options(tropeiro_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-mismatched-new-delete>)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER
    ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
endif()
