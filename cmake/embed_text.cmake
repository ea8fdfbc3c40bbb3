# tropeiro_embed(<target> <folder> <extension>): turns the files <folder>/*.<extension> into string constants.
# shared/queue/lua/claim.lua becomes  tropeiro::queue::lua::claim  in  "shared/queue/lua_text.hpp".
function(tropeiro_embed target folder extension)
  file(GLOB texts CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/${extension}/*.${extension})
  if(NOT texts)
    return()
  endif()
  set(header ${CMAKE_BINARY_DIR}/generated/${folder}/${extension}_text.hpp)
  add_custom_command(
    OUTPUT ${header}
    COMMAND ${CMAKE_COMMAND} -DHEADER=${header} -DFOLDER=${folder} -DEXTENSION=${extension}
            "-DTEXTS=${texts}" -P ${CMAKE_SOURCE_DIR}/cmake/embed_text_script.cmake
    DEPENDS ${texts} ${CMAKE_SOURCE_DIR}/cmake/embed_text_script.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${header})
endfunction()
