/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_BINDINGS_CONNTRACK_ARGUMENTS_H
#define CONNTRACK_BINDINGS_CONNTRACK_ARGUMENTS_H

#include "bindings/attributes.h"

#include <pybind11/pybind11.h>
#include <string>

/**
 * @file
 * What a router is made with, from Python values.
 *
 * Layer: bindings.
 * Errors: TypeError for rules that are none, ValueError for what Conntrack would abort at.
 */

namespace ns3
{
namespace conntrack
{
namespace python
{

/**
 * @param rules a dict, a text of JSON, a path or ready-made ones
 * @return the JSON
 */
std::string ToRuleset(const pybind11::object& rules);

/// Refuse a CarrierGradeNat that Conntrack would abort at. @param setting any attribute
void CheckCarrierGradeNat(const AttributeSetting& setting);

} // namespace python
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_BINDINGS_CONNTRACK_ARGUMENTS_H
