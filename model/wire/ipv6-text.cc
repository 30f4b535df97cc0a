/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/ipv6-text.h"

#include "model/wire/ascii.h"
#include "model/wire/bytes.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr std::size_t GROUPS = 8;
constexpr std::size_t OCTETS = 4;

std::optional<uint32_t>
ToHexDigit(char character)
{
    if (IsDigit(character))
    {
        return static_cast<uint32_t>(character - '0');
    }
    const char lower = static_cast<char>(character | 0x20);
    if (lower >= 'a' && lower <= 'f')
    {
        return static_cast<uint32_t>(lower - 'a' + 10);
    }
    return std::nullopt;
}

/// An IPv6 address as text (RFC 4291 2.2), up to a character that ends it.
class Reader
{
  public:
    /**
     * @param text begins with the address
     * @param end ends it, as do a zero byte and the end of the text; none: what is no part of one
     */
    Reader(std::string_view text, std::optional<char> end)
        : m_text(text),
          m_end(end)
    {
    }

    /// @return whether there is an address
    bool Read()
    {
        if (At(0) == Sign::Colon && At(1) == Sign::Colon)
        {
            m_length = 2;
            OpenGap();
        }
        while (true)
        {
            const std::size_t begin = m_length;
            if (At(begin) == Sign::End)
            {
                return m_gap && *m_gap == m_count; // "::" stands last
            }
            const auto group = ReadGroup();
            if (!group)
            {
                return false;
            }
            if (At(m_length) == Sign::Dot)
            {
                return ReadIpv4Tail(begin);
            }
            m_groups[m_count++] = *group;
            if (At(m_length) == Sign::End)
            {
                return m_gap || m_count == GROUPS;
            }
            if (!SkipColons())
            {
                return false;
            }
        }
    }

    /// @return the length of its text
    std::size_t Length() const
    {
        return m_length;
    }

    /// @return the address
    Address Get() const
    {
        auto groups = m_groups;
        if (m_gap)
        {
            std::rotate(groups.begin() + *m_gap, groups.begin() + m_count, groups.end());
        }
        Address address;
        for (std::size_t i = 0; i < GROUPS; ++i)
        {
            WriteU16(&address.bytes[2 * i], groups[i]);
        }
        return address;
    }

  private:
    enum class Sign
    {
        End,
        Colon,
        Dot,
        Other,
    };

    Sign At(std::size_t place) const
    {
        if (place >= m_text.size() || m_text[place] == '\0')
        {
            return Sign::End;
        }
        const char character = m_text[place];
        const bool isPart = character == ':' || character == '.' || ToHexDigit(character);
        if (m_end ? character == *m_end : !isPart)
        {
            return Sign::End;
        }
        return character == ':' ? Sign::Colon : character == '.' ? Sign::Dot : Sign::Other;
    }

    /// The gap stands for one group at least.
    void OpenGap()
    {
        m_groups[m_count++] = 0;
        m_gap = m_count;
    }

    /// Leading zeros may exceed four digits.
    std::optional<uint16_t> ReadGroup()
    {
        uint32_t value = 0;
        const std::size_t begin = m_length;
        for (; At(m_length) == Sign::Other; ++m_length)
        {
            const auto digit = ToHexDigit(m_text[m_length]);
            if (!digit || (value & 0xf000) != 0)
            {
                return std::nullopt;
            }
            value = value << 4 | *digit;
        }
        if (m_length == begin || m_count == GROUPS)
        {
            return std::nullopt;
        }
        return static_cast<uint16_t>(value);
    }

    /// Another group or a gap must still fit behind.
    bool SkipColons()
    {
        if (At(m_length) != Sign::Colon || m_count == GROUPS)
        {
            return false;
        }
        ++m_length;
        if (At(m_length) == Sign::Colon)
        {
            if (m_gap)
            {
                return false;
            }
            ++m_length;
            OpenGap();
            return true;
        }
        return At(m_length) == Sign::Other; // "1:" is no end
    }

    /// The last four bytes as a dotted quad, which a colon ends too.
    bool ReadIpv4Tail(std::size_t begin)
    {
        const std::size_t room = GROUPS - m_count;
        if (room < 2 || (room > 2 && !m_gap))
        {
            return false;
        }
        m_length = begin;
        std::array<uint32_t, OCTETS> octets{};
        for (std::size_t i = 0; i < OCTETS; ++i)
        {
            if (i > 0 && At(m_length++) != Sign::Dot)
            {
                return false;
            }
            const std::size_t digits = m_length;
            for (; At(m_length) == Sign::Other && IsDigit(m_text[m_length]); ++m_length)
            {
                octets[i] = octets[i] * 10 + static_cast<uint32_t>(m_text[m_length] - '0');
                if (octets[i] > 255)
                {
                    return false;
                }
            }
            if (m_length == digits)
            {
                return false;
            }
        }
        m_groups[m_count++] = static_cast<uint16_t>(octets[0] << 8 | octets[1]);
        m_groups[m_count++] = static_cast<uint16_t>(octets[2] << 8 | octets[3]);
        return At(m_length) == Sign::End || At(m_length) == Sign::Colon;
    }

    std::string_view m_text;
    std::optional<char> m_end;
    std::size_t m_length{0};
    std::array<uint16_t, GROUPS> m_groups{};
    std::size_t m_count{0};
    std::optional<std::size_t> m_gap; ///< the group before which zeros are to be put in
};

} // namespace

std::optional<Ipv6Text>
ReadIpv6Text(std::string_view text, std::optional<char> end)
{
    Reader reader(text, end);
    if (!reader.Read())
    {
        return std::nullopt;
    }
    return Ipv6Text{reader.Get(), reader.Length()};
}

} // namespace conntrack
} // namespace ns3
