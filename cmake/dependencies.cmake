# Every outside library, each behind one target name.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(Boost 1.81 CONFIG REQUIRED COMPONENTS json url)
find_package(OpenSSL REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)

function(tropeiro_pkg target module)
  pkg_check_modules(${target} REQUIRED IMPORTED_TARGET ${module})
  add_library(${target} INTERFACE)
  target_link_libraries(${target} INTERFACE PkgConfig::${target})
endfunction()
tropeiro_pkg(libpq libpq)
tropeiro_pkg(hiredis hiredis)
tropeiro_pkg(tomlplusplus tomlplusplus)
tropeiro_pkg(xxhash libxxhash)

# Asio and Beast are compiled once, not in every file that uses them.
add_library(tropeiro_asio STATIC cmake/asio.cpp)
target_compile_definitions(tropeiro_asio PUBLIC
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
target_link_libraries(tropeiro_asio PUBLIC Boost::headers OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
add_library(tropeiro_beast STATIC cmake/beast.cpp)
target_compile_definitions(tropeiro_beast PUBLIC BOOST_BEAST_SEPARATE_COMPILATION)
target_link_libraries(tropeiro_beast PUBLIC tropeiro_asio)
