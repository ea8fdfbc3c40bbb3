-- Triggers and their functions. A copy that fires them on its rows changes what it copies.

CREATE FUNCTION public.set_updated_at() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$$;

-- A protocol without a number gets the next one.
CREATE FUNCTION public.assign_protocol_number() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NEW.protocol_number IS NULL OR NEW.protocol_number = '' THEN
        NEW.protocol_number := to_char(NEW.opened_at, 'YYYY') || '-N'
            || lpad(nextval('public.ombudsman_protocol_number_seq')::text, 9, '0');
    END IF;
    RETURN NEW;
END
$$;

-- Every new or changed absence leaves a line in the audit log.
CREATE FUNCTION public.log_absence() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO public.employee_audit_log (city_id, employee_id, action, table_name, old_row, new_row)
    VALUES (NEW.city_id, NEW.employee_id, lower(TG_OP), TG_TABLE_NAME,
            CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(OLD) - 'certificate' END, to_jsonb(NEW) - 'certificate');
    RETURN NULL;
END
$$;

CREATE TRIGGER cities_updated_at BEFORE UPDATE ON public.cities FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();
CREATE TRIGGER profiles_updated_at BEFORE UPDATE ON public.profiles FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();
CREATE TRIGGER schools_updated_at BEFORE UPDATE ON public.schools FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();
CREATE TRIGGER students_updated_at BEFORE UPDATE ON public.students FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();
CREATE TRIGGER teachers_updated_at BEFORE UPDATE ON public.teachers FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();
CREATE TRIGGER health_units_updated_at BEFORE UPDATE ON public.health_units FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();
CREATE TRIGGER appointments_updated_at BEFORE UPDATE ON public.appointments FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();
CREATE TRIGGER news_updated_at BEFORE UPDATE ON public.news FOR EACH ROW
    WHEN (OLD.title IS DISTINCT FROM NEW.title OR OLD.body IS DISTINCT FROM NEW.body) EXECUTE FUNCTION public.set_updated_at();
CREATE TRIGGER events_updated_at BEFORE UPDATE ON public.events FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();
CREATE TRIGGER ombudsman_protocols_updated_at BEFORE UPDATE ON public.ombudsman_protocols FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();
CREATE TRIGGER ombudsman_protocols_number BEFORE INSERT ON public.ombudsman_protocols FOR EACH ROW EXECUTE FUNCTION public.assign_protocol_number();
CREATE TRIGGER employee_absences_updated_at BEFORE UPDATE ON public.employee_absences FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();
CREATE TRIGGER employee_absences_audit AFTER INSERT OR UPDATE ON public.employee_absences FOR EACH ROW EXECUTE FUNCTION public.log_absence();
CREATE TRIGGER social_media_accounts_updated_at BEFORE UPDATE ON public.social_media_accounts FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();
